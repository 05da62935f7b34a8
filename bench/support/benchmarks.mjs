/** In the order in which they run and are shown, each loaded when its turn has come. */
export const benchmarks = {
  startup: () => import('../startup.mjs'),
  'run-overhead': () => import('../run-overhead.mjs'),
  capture: () => import('../capture.mjs'),
  forward: () => import('../forward.mjs'),
  delivery: () => import('../delivery.mjs'),
  replay: () => import('../replay.mjs'),
  'virtual-clock': () => import('../virtual-clock.mjs'),
  idle: () => import('../idle.mjs'),
  emulator: () => import('../emulator.mjs'),
  diagnosis: () => import('../diagnosis.mjs'),
  history: () => import('../history.mjs'),
  growth: () => import('../growth.mjs'),
  memory: () => import('../memory.mjs'),
  inspector: () => import('../inspector.mjs'),
};
