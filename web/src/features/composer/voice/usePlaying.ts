/** Listening to what was recorded, before it is sent. */
import { useCallback, useEffect, useRef, useState } from "react";

/** `duration`: milliseconds; what a browser recorded does not tell its own. */
export function usePlaying(url: string, duration: number) {
  const player = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  const [position, setPosition] = useState(0);

  useEffect(() => {
    const audio = new Audio(url);
    player.current = audio;
    audio.onplay = () => setPlaying(true);
    audio.onpause = () => setPlaying(false);
    audio.ontimeupdate = () => setPosition(Math.min(duration, audio.currentTime * 1000));
    audio.onended = () => {
      audio.currentTime = 0;
      setPlaying(false);
      setPosition(0);
    };
    return () => {
      audio.pause();
      player.current = null;
    };
  }, [url, duration]);

  const toggle = useCallback(() => {
    const audio = player.current;
    if (!audio) return;
    if (audio.paused) void audio.play().catch(() => setPlaying(false));
    else audio.pause();
  }, []);
  const seek = useCallback((to: number) => {
    if (player.current) player.current.currentTime = to / 1000;
    setPosition(to);
  }, []);
  return { playing, position, toggle, seek };
}
