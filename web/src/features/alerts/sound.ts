/** Two short sounds, made here: a tick for the chat in front, a chime for all others. */

interface Note {
  /** Hertz. */
  readonly pitch: number;
  /** Seconds after the beginning. */
  readonly at: number;
  readonly long: number;
  readonly loud: number;
}

const TICK: readonly Note[] = [{ pitch: 1046.5, at: 0, long: 0.07, loud: 0.05 }];
const CHIME: readonly Note[] = [
  { pitch: 659.26, at: 0, long: 0.22, loud: 0.12 },
  { pitch: 987.77, at: 0.11, long: 0.38, loud: 0.1 },
];
// However much comes in, it rings no more often than this.
const PAUSE = 1_500; // ms

let context: AudioContext | null = null;
let last = 0;

/** Whether it was heard: browsers keep a page silent until it has been touched once. */
export function tick(): boolean {
  return play(TICK);
}

export function chime(): boolean {
  return play(CHIME);
}

function play(notes: readonly Note[]): boolean {
  if (!navigator.userActivation.hasBeenActive) return false;
  context ??= new AudioContext();
  if (context.state !== "running") {
    void context.resume(); // for the next time: it may have been put to sleep
    return false;
  }
  if (Date.now() - last >= PAUSE) {
    last = Date.now();
    for (const note of notes) strike(context, note);
  }
  return true;
}

/** A soft bell: a sine that fades, with a little of its octave. */
function strike(audio: AudioContext, { pitch, at, long, loud }: Note): void {
  const start = audio.currentTime + at;
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loud, start + 0.008);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + long);
  volume.connect(audio.destination);
  for (const [times, share] of [
    [1, 1],
    [2, 0.18],
  ] as const) {
    const tone = audio.createOscillator();
    const part = audio.createGain();
    tone.frequency.value = pitch * times;
    part.gain.value = share;
    tone.connect(part).connect(volume);
    tone.start(start);
    tone.stop(start + long);
  }
}
