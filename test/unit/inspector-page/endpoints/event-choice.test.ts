import { expect, it } from 'vitest';
import {
  eventsText,
  groupEvents,
  howMany,
  isAll,
  patternsBeyond,
  toggled,
} from '../../../../src/inspector/page/endpoints/event-choice.ts';

const EVENTS = ['deal.won', 'contact.created', 'deal.lost', 'ping'].map((name) => ({
  name,
  description: '',
}));
const DEALS = groupEvents(EVENTS)[0]!;

it('groups by the part before the dot, in the order of the catalog', () => {
  const groups = groupEvents(EVENTS).map(({ name, events }) => [name, events.map((event) => event.name)]);
  expect(groups).toEqual([
    ['deal', ['deal.won', 'deal.lost']],
    ['contact', ['contact.created']],
    ['', ['ping']],
  ]);
});

it('keeps patterns that are no event apart', () => {
  expect(patternsBeyond(['deal.*', 'deal.won', '*', 'gone.event'], EVENTS)).toEqual(['deal.*', 'gone.event']);
});

it('tells how much of a group is chosen', () => {
  expect(howMany([], DEALS)).toBe('none');
  expect(howMany(['deal.won', 'ping'], DEALS)).toBe('some');
  expect(howMany(['deal.won', 'deal.lost'], DEALS)).toBe('all');
});

it('adds and takes away without touching the rest', () => {
  expect(toggled(['ping', 'deal.won'], ['deal.won', 'deal.lost'], true)).toEqual([
    'ping',
    'deal.won',
    'deal.lost',
  ]);
  expect(toggled(['ping', 'deal.won'], ['deal.won', 'deal.lost'], false)).toEqual(['ping']);
});

it('says in few words what is chosen', () => {
  expect(isAll(['*'])).toBe(true);
  expect(eventsText(['*'])).toBe('all events');
  expect(eventsText([])).toBe('no events');
  expect(eventsText(['a', 'b'])).toBe('a, b');
  expect(eventsText(['a', 'b', 'c', 'd'])).toBe('a, b and 2 more');
});
