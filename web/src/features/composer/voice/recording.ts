/** One recording by the microphone, from permission to a file. No React. */

/** Loudnesses that a message shows, a byte each. */
const BARS = 64;
/** Between two looks at how loud it is. */
const LOOK_MS = 60;
/** What browsers record, best first: Opus in what the server takes. */
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/** Why there is none. */
export type Refusal = "denied" | "none" | "insecure" | "failed" | "empty";

export class NoRecording extends Error {
  constructor(readonly why: Refusal) {
    super(why);
  }
}

export interface Recorded {
  readonly file: File;
  /** Milliseconds. */
  readonly duration: number;
  /** As in the server's `File`. */
  readonly waveform: string;
}

export class Recording {
  /** How loud it was, 0 to 1, from the beginning; grows while it lasts. */
  readonly levels: number[] = [];
  private readonly began = performance.now();
  private readonly parts: Blob[] = [];
  private readonly timer: ReturnType<typeof setInterval>;
  private lasted = 0;

  private constructor(
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
    private readonly sound: AudioContext,
    looked: () => void,
  ) {
    const analyser = sound.createAnalyser();
    sound.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    recorder.ondataavailable = ({ data }) => this.parts.push(data);
    // In pieces, so that a long one is not in memory as a whole.
    recorder.start(1_000);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.levels.push(loudness(samples));
      looked();
    }, LOOK_MS);
  }

  /** Asks for the microphone. Throws `NoRecording`. `looked`: time has passed, levels are new. */
  static async begin(looked: () => void): Promise<Recording> {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!mediaDevices || !("MediaRecorder" in globalThis)) throw new NoRecording("insecure");
    const audio = { echoCancellation: true, noiseSuppression: true };
    let stream: MediaStream;
    try {
      stream = await mediaDevices.getUserMedia({ audio });
    } catch (error) {
      throw new NoRecording(refusal(error));
    }
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    try {
      const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
      return new Recording(stream, recorder, new AudioContext(), looked);
    } catch {
      release(stream);
      throw new NoRecording("failed");
    }
  }

  /** Milliseconds so far. */
  get duration(): number {
    return Math.round(this.lasted || performance.now() - this.began);
  }

  /** End it: what was recorded. Throws `NoRecording`: the microphone had not given anything yet. */
  async finish(): Promise<Recorded> {
    this.lasted = this.duration;
    const stopped = new Promise((resolve) => (this.recorder.onstop = resolve));
    this.recorder.stop();
    await stopped;
    this.end();
    if (this.parts.every(({ size }) => size === 0)) throw new NoRecording("empty");
    // Without its parameters, as names of types go.
    const type = this.recorder.mimeType.split(";")[0]!;
    const file = new File(this.parts, name(type), { type });
    return { file, duration: this.lasted, waveform: waveform(this.levels) };
  }

  /** Nothing comes of it; the microphone is free again. */
  cancel(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    this.end();
  }

  private end(): void {
    clearInterval(this.timer);
    release(this.stream);
    void this.sound.close().catch(() => undefined);
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function refusal(error: unknown): Refusal {
  const { name: kind } = error as DOMException;
  if (kind === "NotAllowedError" || kind === "SecurityError") return "denied";
  return kind === "NotFoundError" || kind === "OverconstrainedError" ? "none" : "failed";
}

/** 0 to 1, so that speech uses most of it: decibels, from a quiet room to close by. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-10);
  return Math.min(1, Math.max(0, (decibels + 55) / 45));
}

/** The levels of a whole recording as so many bars, base64. */
export function waveform(levels: readonly number[]): string {
  const bars = Array.from({ length: BARS }, (_, bar) => {
    const first = Math.floor((bar * levels.length) / BARS);
    const last = Math.max(first + 1, Math.floor(((bar + 1) * levels.length) / BARS));
    return Math.round(255 * Math.max(0, ...levels.slice(first, last)));
  });
  return btoa(String.fromCharCode(...bars));
}

function name(type: string): string {
  const ending = type.split("/")[1]!.replace("mp4", "m4a");
  const at = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `voice-${at}.${ending}`;
}
