import { useId } from "react";

/** The mark: two who talk. The same drawing as the icon of the page. */
export function Mark({ size }: { readonly size: number }) {
  const gap = useId();
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden>
      <mask id={gap}>
        <path fill="#fff" d="M0 0h64v64H0z" />
        <path d={FRONT} stroke="#000" strokeWidth="6" />
      </mask>
      <path fill="#f0714d" mask={`url(#${gap})`} d={BEHIND} />
      <path fill="#0f7a7a" d={FRONT} />
      <path
        d="M17 37q9 8.5 18 0"
        fill="none"
        stroke="#fbf6ee"
        strokeWidth="4.5"
        strokeLinecap="round"
      />
    </svg>
  );
}

const FRONT =
  "M19 20h14a16 16 0 0 1 16 16v2a16 16 0 0 1-16 16h-9.5l-9.4 7.6A2.5 2.5 0 0 1 10 59.6v-6.7" +
  "A16 16 0 0 1 3 38v-2a16 16 0 0 1 16-16z";
const BEHIND =
  "M33 3h12a16 16 0 0 1 16 16v4a16 16 0 0 1-16 16H33a16 16 0 0 1-16-16v-4A16 16 0 0 1 33 3z";
