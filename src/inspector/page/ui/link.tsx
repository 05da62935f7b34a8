import type { ComponentProps } from 'preact';
import { go, type View } from '../location.ts';

/** A link within the page; with a modifier key it is the browser's, in a new tab. */
export function Link({ href, ...rest }: ComponentProps<'a'> & { readonly href: string }) {
  return (
    <a
      href={href}
      onClick={(event) => {
        if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
          return;
        event.preventDefault();
        const url = new URL(href, location.origin);
        go(url.pathname.slice(1) as View, Object.fromEntries(url.searchParams));
      }}
      {...rest}
    />
  );
}
