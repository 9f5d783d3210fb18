module workerhash

go 1.19
