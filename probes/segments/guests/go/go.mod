module wasmograph.example/segments

go 1.19
