import type { Header } from '../../contract.ts';

/** Header lines in the order they were sent, duplicates and all. `highlight` names the one that something else speaks of. */
export function Headers({
  headers,
  highlight,
  label = 'Headers',
}: {
  readonly headers: readonly Header[];
  readonly highlight?: string | undefined;
  readonly label?: string;
}) {
  if (headers.length === 0) return <p class="dim">No headers.</p>;
  return (
    <table class="pairs" aria-label={label}>
      <tbody>
        {headers.map(([name, value], index) => (
          <tr key={index} class={name.toLowerCase() === highlight?.toLowerCase() ? 'is-marked' : undefined}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
