import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../src/connections/circuit.ts';

function build() {
  const clock = { now: 0 };
  const changes: boolean[] = [];
  const circuit = createCircuit({
    name: 'wms',
    settings: { pauseFirstMs: 100, pauseMaxMs: 400, inFlightMax: 8, fullPauseMs: 10 },
    now: () => clock.now,
    random: () => 0,
    onChange: (open) => changes.push(open),
  });
  const letGo = (): number => {
    let count = 0;
    while (count < 100 && circuit.enter().go) count += 1;
    return count;
  };
  return { circuit, clock, changes, letGo };
}

describe('the circuit of a connection', () => {
  it('parks what comes while the far side is away, for longer each time', () => {
    const { circuit, clock, changes } = build();
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      expect(circuit.enter().go).toBe(true);
      circuit.leave('down');
      const parked = circuit.enter();
      if (!parked.go) waits.push(parked.waitMs);
      clock.now += 1000;
    }
    expect(waits).toEqual([100, 200, 400, 400]);
    expect(changes).toEqual([true]);
  });

  it('lets one through to see, then two, then four', () => {
    const { circuit, clock, changes, letGo } = build();
    circuit.enter();
    circuit.leave('down');
    clock.now += 1000;
    expect(letGo()).toBe(1);
    circuit.leave('reached');
    expect(changes).toEqual([true, false]);
    expect(letGo()).toBe(2);
    circuit.leave('reached');
    circuit.leave('reached');
    expect(letGo()).toBe(8);
  });

  it('never has more calls in flight than it may', () => {
    const { letGo } = build();
    expect(letGo()).toBe(8);
  });
});
