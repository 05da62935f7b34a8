import { Component, type ComponentChildren } from 'preact';

/** Keeps the page usable where a view fails: the others still work. A fault here is a bug. */
export class Boundary extends Component<
  { readonly children: ComponentChildren },
  { readonly error: unknown }
> {
  override state: { readonly error: unknown } = { error: null };

  static override getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <p class="failure" role="alert">
        This view has failed, which is a bug in webhook-cli: {String(error)}
        <span class="hint">Reload the page, or choose another view.</span>
      </p>
    );
  }
}
