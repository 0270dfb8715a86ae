// A few soft sounds, made on the spot. Off unless the player wants them.

let context = null;

function tone({ from, to = from, lasts, volume, type = "sine", after = 0 }) {
  const start = context.currentTime + after;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = type;
  oscillator.frequency.setValueAtTime(from, start);
  oscillator.frequency.exponentialRampToValueAtTime(to, start + lasts);
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(volume, start + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + lasts);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + lasts);
}

const SOUNDS = {
  played: () => tone({ from: 420, to: 160, lasts: 0.09, volume: 0.12, type: "triangle" }),
  trick: () => tone({ from: 240, to: 520, lasts: 0.18, volume: 0.06 }),
  turn: () => { tone({ from: 660, lasts: 0.16, volume: 0.08 }); tone({ from: 880, lasts: 0.22, volume: 0.08, after: 0.12 }); },
  hand: () => [523, 659, 784].forEach((from, i) => tone({ from, lasts: 0.3, volume: 0.07, after: i * 0.1 })),
  match: () => [523, 659, 784, 1047].forEach((from, i) => tone({ from, lasts: 0.5, volume: 0.08, after: i * 0.14 })),
};

/// Plays the sound of an event. `mine`: the event is for this player (a turn).
export function sound(event, mine) {
  const play = SOUNDS[event.type];
  if (!play || (event.type === "turn" && !mine)) return;
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume();
    play();
  } catch { /* No audio device: the game is silent. */ }
}
