"""What operations watch: every open case by when it hurts, figures, ageing repairs, and the shapes behind them."""
