module wasmograph.example/allocators/pool

go 1.19
