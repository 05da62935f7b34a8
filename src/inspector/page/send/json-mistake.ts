import { JsonMistake, parseJson } from '../ui/json-syntax.ts';
import { placeOf } from '../ui/json.ts';

interface Mistake {
  readonly message: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** The first mistake that makes a text no JSON; null where it is JSON. */
export function mistakeOf(text: string): Mistake | null {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    return { message: error.message, ...placeOf(text, error.offset) };
  }
}
