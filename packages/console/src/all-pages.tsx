/** The rest of the pages, on a phone. */
import { Me, Nav } from './frame-parts.tsx'
import { Dialog } from './ui/dialog.tsx'

export function AllPages({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  return (
    <Dialog title="All pages" onClose={onClose}>
      <Nav class="nav more" />
      <Me onKeys={onKeys} />
    </Dialog>
  )
}
