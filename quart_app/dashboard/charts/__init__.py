"""Charts as SVG, drawn here: pure functions of figures, in whole units of their own grid."""
