module wasmograph.example/allocators/wasi

go 1.19
