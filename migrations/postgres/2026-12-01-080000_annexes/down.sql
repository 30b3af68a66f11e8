DROP TABLE annexes;
