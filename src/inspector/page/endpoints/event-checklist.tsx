import { useEffect, useRef } from 'preact/hooks';
import type { ProviderItem } from '../../contract.ts';
import { groupEvents, howMany, isAll, patternsBeyond, toggled, type EventGroup } from './event-choice.ts';

/** Which events an endpoint is to get. */
export function EventChecklist({
  provider,
  chosen,
  onChange,
}: {
  readonly provider: ProviderItem;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  const names = provider.events.map(({ name }) => name);
  const all = isAll(chosen);
  const beyond = patternsBeyond(chosen, provider.events);
  return (
    <fieldset>
      <legend>Events</legend>
      <div class="stack">
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => onChange(event.currentTarget.checked ? ['*'] : names)}
          />
          All events, those to come too (*)
        </label>
        {!all && (
          <>
            <div class="row">
              <button type="button" onClick={() => onChange([...names, ...beyond])}>
                Select all
              </button>
              <button type="button" onClick={() => onChange([])}>
                Select none
              </button>
              <span class="dim">
                {chosen.length} of {names.length + beyond.length} selected
              </span>
            </div>
            <div class="event-groups">
              {groupEvents(provider.events).map((group) => (
                <Group key={group.name} group={group} chosen={chosen} onChange={onChange} />
              ))}
              {beyond.length > 0 && (
                <div class="event-group" role="group" aria-label="Patterns">
                  <b>Patterns</b>
                  {beyond.map((name) => (
                    <Check
                      key={name}
                      name={name}
                      description="a pattern"
                      chosen={chosen}
                      onChange={onChange}
                    />
                  ))}
                </div>
              )}
            </div>
          </>
        )}
      </div>
    </fieldset>
  );
}

function Group({
  group,
  chosen,
  onChange,
}: {
  readonly group: EventGroup;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  const state = howMany(chosen, group);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = state === 'some';
  }, [state]);
  const names = group.events.map(({ name }) => name);
  return (
    <div class="event-group" role="group" aria-label={group.name === '' ? 'Others' : group.name}>
      {group.name !== '' && group.events.length > 1 && (
        <label class="check">
          <input
            ref={box}
            type="checkbox"
            checked={state === 'all'}
            onChange={(event) => onChange(toggled(chosen, names, event.currentTarget.checked))}
          />
          <b>All of {group.name}</b>
        </label>
      )}
      {group.events.map((event) => (
        <Check key={event.name} {...event} chosen={chosen} onChange={onChange} />
      ))}
    </div>
  );
}

function Check({
  name,
  description,
  chosen,
  onChange,
}: {
  readonly name: string;
  readonly description: string;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  return (
    <label class="check" title={description}>
      <input
        type="checkbox"
        checked={chosen.includes(name)}
        onChange={(event) => onChange(toggled(chosen, [name], event.currentTarget.checked))}
      />
      <span class="mono">{name}</span>
    </label>
  );
}
