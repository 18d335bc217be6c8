/** `full`: with the sentence encoder; `light`: words and cues alone, for speed. */
export type Mode = 'light' | 'full'
