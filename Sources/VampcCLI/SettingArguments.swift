public import ArgumentParser
public import VampcKit

// Settings that options name by their raw values.

extension EncoderSettings.Channels: ExpressibleByArgument {}

extension DecoderSettings.Fill: ExpressibleByArgument {}
