module wasmograph.example/size/add

go 1.19
