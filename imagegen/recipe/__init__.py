"""How storybook, the model inside, is made: drawn, learnt, exported. Read `__main__` first."""
