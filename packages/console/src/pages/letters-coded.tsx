/** Words with code between backticks. */
import { codeParts } from './letters-words.ts'

export function Coded({ text }: { text: string }) {
  return <>{codeParts(text).map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>
}
