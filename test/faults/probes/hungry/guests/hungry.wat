;; A guest of start "wasm-exports" whose every step takes 16 MiB more of memory and writes to each page of it,
;; until memory.grow refuses; then it traps. The maximum, 512 MiB, keeps the machine safe.
(module
  (memory (export "memory") 1 8192)
  (global $steps (mut i32) (i32.const 0))

  (func (export "init") (param i32 i32 i32 i32 i32 i32))

  (func (export "step") (local $at i32) (local $end i32)
    (local.set $at (memory.grow (i32.const 256)))
    (if (i32.lt_s (local.get $at) (i32.const 0))
      (then unreachable))
    (local.set $at (i32.shl (local.get $at) (i32.const 16)))
    (local.set $end (i32.add (local.get $at) (i32.const 0x1000000)))
    (loop $pages
      (i32.store (local.get $at) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 4096)))
      (br_if $pages (i32.lt_u (local.get $at) (local.get $end))))
    (global.set $steps (i32.add (global.get $steps) (i32.const 1))))

  (func (export "result_steps") (result i32) (global.get $steps))
  (func (export "result_digest") (result i32) (i32.const 0)))
