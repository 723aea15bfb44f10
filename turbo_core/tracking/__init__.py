"""What past runs tell: facts, statistics, forecasts and anomalies. Pure: no files, no clock, no terminal."""
