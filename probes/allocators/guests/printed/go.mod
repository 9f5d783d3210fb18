module wasmograph.example/allocators/printed

go 1.19
