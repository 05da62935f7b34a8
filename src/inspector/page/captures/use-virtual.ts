import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { spanOf, topFor, type Align, type Span } from './span.ts';

export interface Virtual {
  /** The rows to be in the page: those in view, and some around them. */
  readonly span: Span;
  /** The first row in view. */
  readonly first: number;
  scrollTo(index: number, align: Align): void;
}

/** The rows of a long list that are in view, all of one height. A library for rows of any height would weigh 30 kB. */
export function useVirtual(
  element: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): Virtual {
  const [view, look] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const scroller = element.current!;
    const measure = (): void => {
      const { scrollTop: top, clientHeight: height } = scroller;
      look((before) => (before.top === top && before.height === height ? before : { top, height }));
    };
    measure();
    scroller.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, []);
  return {
    span: spanOf(view, count, rowHeight),
    first: Math.min(Math.floor(view.top / rowHeight), Math.max(0, count - 1)),
    scrollTo: (index, align) => {
      const scroller = element.current!;
      const { scrollTop: top, clientHeight: height } = scroller;
      scroller.scrollTop = topFor(index, align, { top, height }, rowHeight);
    },
  };
}
