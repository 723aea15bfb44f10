"""The actions by theme, each module the thin part between a workflow and the adapter. ``actions`` gathers them."""
