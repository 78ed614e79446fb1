"""The plugins that come with the engine. They use the hooks outsiders have, and none knows another."""
