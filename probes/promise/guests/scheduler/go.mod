module scheduler

go 1.22
