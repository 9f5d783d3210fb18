module wasmograph.example/size/article

go 1.19
