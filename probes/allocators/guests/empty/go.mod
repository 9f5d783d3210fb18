module wasmograph.example/allocators/empty

go 1.19
