"""What plots are made of: the tables behind them, axes and scales, how they look, how they are written."""
