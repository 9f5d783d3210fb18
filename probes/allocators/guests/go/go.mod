module wasmograph.example/allocators/go

go 1.19
