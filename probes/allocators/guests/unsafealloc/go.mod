module wasmograph.example/allocators/unsafealloc

go 1.19
