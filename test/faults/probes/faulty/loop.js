/** A worker that never returns to its event loop. */
for (;;);
