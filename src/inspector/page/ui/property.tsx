import type { ComponentChildren } from 'preact';

/** One line of a `dl.properties`. */
export function Property({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
