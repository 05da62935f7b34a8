import { nearestNames } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import type { Field, ObjectShape, Shape, Text } from './shape.ts';

/** Deeper than anything that is meant. */
const DEEPEST = 32;
/** Who wrote this many mistakes looks at the rest later. */
const MOST_PROBLEMS = 50;
const LONGEST_SHOWN = 40;

/** Where a value is not as it has to be, one sentence each. Never throws, whatever it holds. */
export function checkShape(shape: Shape, value: unknown, path: string): string[] {
  const problems: string[] = [];
  visit(shape, value, path, 0);
  return problems;

  function say(path_: string, problem: string): void {
    if (problems.length < MOST_PROBLEMS) problems.push(`${path_ === '' ? 'it' : path_} ${problem}`);
  }

  function visit(due: Shape, at: unknown, where: string, depth: number): void {
    if (depth > DEEPEST) return say(where, 'is nested too deeply');
    if (problems.length >= MOST_PROBLEMS) return;
    const next = depth + 1;
    switch (due.is) {
      case 'named':
        return visit(due.of(), at, where, next);
      case 'given':
        if (!isFact(at)) return visit(due.of, at, where, next);
        for (const key of Object.keys(at)) {
          if (key !== 'value' && key !== 'assumed')
            say(where, `has no key ${shown(key)} beside value and assumed`);
        }
        if (at.assumed !== null && typeof at.assumed !== 'string') {
          say(join(where, 'assumed'), `is ${shown(at.assumed)}: why it is assumed is due, or null`);
        }
        return visit(due.of, at.value, where, next);
      case 'object':
        return visitObject(due, at, where, next, []);
      case 'variant': {
        if (!isObject(at)) return say(where, `is ${shown(at)}: an object is due`);
        const name = at[due.key];
        const names = Object.keys(due.of);
        if (typeof name !== 'string' || !Object.hasOwn(due.of, name)) {
          return name === undefined
            ? say(join(where, due.key), `is missing: ${oneOf(names)}`)
            : say(
                join(where, due.key),
                `is ${shown(name)}: ${oneOf(names)}${typeof name === 'string' ? meant(name, names) : ''}`,
              );
        }
        return visitObject(due.of[name]!, at, where, next, []);
      }
      case 'place': {
        if (!isObject(at)) return say(where, `is ${shown(at)}: ${due.due} is due`);
        const markers = Object.keys(due.of);
        const marker = markers.find((key) => Object.hasOwn(at, key));
        if (marker !== undefined) return visitObject(due.of[marker]!, at, where, next, markers);
        const [key] = Object.keys(at);
        const near = key === undefined ? '' : meant(key, markers);
        return say(where, `has none of the keys ${markers.join(', ')}: ${due.due} is due${near}`);
      }
      case 'either': {
        const fitting = due.of.find((alternative) => isOfKind(alternative, at));
        if (fitting === undefined) return say(where, `is ${shown(at)}: ${due.due} is due`);
        return visit(fitting, at, where, next);
      }
      case 'list':
        if (!Array.isArray(at)) return say(where, `is ${shown(at)}: a list is due`);
        if (at.length < due.least) say(where, `is empty: at least ${due.least} is due`);
        for (const [index, item] of at.entries()) visit(due.of, item, join(where, index), next);
        return;
      case 'pair':
        if (!Array.isArray(at) || at.length !== 2) return say(where, `is ${shown(at)}: [from, to] is due`);
        for (const [index, item] of at.entries()) visit(due.of, item, join(where, index), next);
        return;
      case 'record':
        if (!isObject(at)) return say(where, `is ${shown(at)}: an object is due`);
        for (const [key, item] of Object.entries(at)) {
          if (due.keys !== undefined && !isOf(due.keys, key))
            say(where, `has a key ${shown(key)}: ${due.keys.due} is due`);
          visit(due.of, item, join(where, key), next);
        }
        return;
      default: {
        const problem = problemOf(due, at);
        if (problem !== null) say(where, problem);
      }
    }
  }

  function visitObject(
    { fields }: ObjectShape,
    at: unknown,
    where: string,
    depth: number,
    markers: readonly string[],
  ): void {
    if (!isObject(at)) return say(where, `is ${shown(at)}: an object is due`);
    const names = Object.keys(fields);
    for (const key of Object.keys(at)) {
      if (Object.hasOwn(fields, key) || problems.length >= MOST_PROBLEMS) continue;
      const beside = markers.includes(key) ? `: it stands for itself, not beside ${names[0]}` : '';
      say(where, `has no key ${shown(key)}${beside === '' ? hintOf(key, names) : beside}`);
    }
    for (const [key, field] of Object.entries(fields)) {
      const item = Object.hasOwn(at, key) ? at[key] : undefined;
      if (item !== undefined) visit(field.shape, item, join(where, key), depth);
      else if (field.required) say(join(where, key), `is missing: ${describe(field)}`);
    }
  }
}

function isOf({ pattern }: Text, value: unknown): boolean {
  return typeof value === 'string' && (pattern?.test(value) ?? true);
}

/** What is wrong with a plain value, or null. */
function problemOf(due: Shape, value: unknown): string | null {
  switch (due.is) {
    case 'text':
      return isOf(due, value) ? null : `is ${shown(value)}: ${due.due} is due`;
    case 'choice': {
      if (due.values.some((one) => one === value)) return null;
      const names = due.values.map(String);
      return `is ${shown(value)}: ${oneOf(names)}${typeof value === 'string' ? meant(value, names) : ''}`;
    }
    case 'number': {
      const { least, most, whole } = due;
      const fits =
        typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
      return fits
        ? null
        : `is ${shown(value)}: a ${whole ? 'whole ' : ''}number from ${least} to ${most} is due`;
    }
    case 'flag':
      return typeof value === 'boolean' ? null : `is ${shown(value)}: true or false is due`;
    case 'null':
      return value === null ? null : `is ${shown(value)}: null is due`;
    case 'function':
      return typeof value === 'function' ? null : `is ${shown(value)}: a function is due`;
    default:
      return null;
  }
}

/** Whether a value is of a shape's kind at all, right or wrong. */
function isOfKind(shape: Shape, value: unknown): boolean {
  switch (shape.is) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'choice':
      return typeof value === 'string' || typeof value === 'boolean';
    case 'function':
      return typeof value === 'function';
    case 'list':
    case 'pair':
      return Array.isArray(value);
    case 'named':
      return isOfKind(shape.of(), value);
    case 'either':
      return shape.of.some((alternative) => isOfKind(alternative, value));
    case 'anything':
      return true;
    default:
      return isObject(value);
  }
}

function describe({ shape, about }: Field): string {
  return shape.is === 'choice' ? oneOf(shape.values.map(String)) : `${lowered(about)} is due`;
}

/** As it reads in the middle of a sentence. */
function lowered(about: string): string {
  const plain = about.replace(/\.$/, '').split(/[:;.] /)[0]!;
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

function isFact(value: unknown): value is { readonly value: unknown; readonly assumed: unknown } {
  return isObject(value) && Object.hasOwn(value, 'value') && Object.hasOwn(value, 'assumed');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, key: string | number): string {
  return path === '' ? printable(String(key)) : `${path}.${printable(String(key))}`;
}

function oneOf(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]} is due` : `one of ${names.join(', ')} is due`;
}

function meant(name: string, known: readonly string[]): string {
  if (name.length > LONGEST_SHOWN) return '';
  const [near] = nearestNames(name, known, 1);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function hintOf(key: string, names: readonly string[]): string {
  return meant(key, names) || `; known here: ${names.join(', ')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value);
    return printable(text);
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'symbol' || typeof value === 'bigint' ? `a ${typeof value}` : String(value);
}
