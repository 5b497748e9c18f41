public import ArgumentParser
public import OpusBaseline
public import VampcKit

// Settings that options name by their raw values.

extension EncoderSettings.Channels: ExpressibleByArgument {}
extension EncoderSettings.Level: ExpressibleByArgument {}

extension DecoderSettings.Fill: ExpressibleByArgument {}

extension OpusSettings.FrameDuration: ExpressibleByArgument {}
