import { readFile, writeFile } from 'node:fs/promises';
import { DETAILS, formatted, markdownReport, README } from './markdown.mjs';

const BEGIN = '<!-- figures: written by npm run bench -- --write -->';
const END = '<!-- end of figures -->';

/** Puts a run into bench/README.md. Of the run that was there its table stays, so that the two can be compared. */
export async function writeReadme(report) {
  const { above, section, below } = await placeInReadme();
  const figures = [BEGIN, await markdownReport(report), ...tableOf(section), END].join('\n\n');
  await writeFile(README, `${await formatted(above + figures + below)}\n`);
}

/** Where the figures stand. Throws where there is no such place, so that nobody hears of it after half an hour. */
export async function placeInReadme() {
  const text = await readFile(README, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${README} has no place for figures: ${BEGIN} to ${END}`);
  return {
    above: text.slice(0, begin),
    section: text.slice(begin + BEGIN.length, end),
    below: text.slice(end + END.length),
  };
}

/** The run's heading and table of bars, if there has been one. */
function tableOf(section) {
  const end = section.indexOf(DETAILS);
  if (end === -1) return [];
  return [section.slice(0, end).trim().replace('### The run of', '### The run before, of')];
}
