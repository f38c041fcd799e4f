using System.CommandLine;
using System.Globalization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Cli.Options;

/// <summary>The producer's knobs as options.</summary>
internal sealed class EncodingOptionSet
{
    private static readonly EncodingOptions Defaults = new();

    private readonly Option<string?> _platform = PlatformOption("Which image of an index is meant.", Defaults.Platform);
    private readonly Option<IntraLayerMode?> _intraLayer = OptionFactory.Choice<IntraLayerMode>("--intra-layer",
        "Whether changed layers travel as patches; required fails where zstd is missing, auto warns and ships them whole.", Defaults.IntraLayer);
    private readonly Option<int?> _workers = OptionFactory.Number("--workers", "Layers read and encoded at the same time.", Defaults.Workers);
    private readonly Option<int?> _candidates = OptionFactory.Number("--candidates", "Baseline layers tried for each changed layer; the smallest patch wins.", Defaults.Candidates);
    private readonly Option<int?> _level = OptionFactory.Number("--zstd-level", "zstd level, 1 to 22.", Defaults.ZstdLevel);
    private readonly Option<Window?> _window = OptionFactory.Of<Window?>("--zstd-window-log", "auto|N",
        OptionFactory.WithDefault("zstd window in log2 bytes, 10 to 31; auto goes by the layer's size.", "auto"), "it must be auto or a whole number", ParseWindow);
    private readonly Option<long?> _budget = OptionFactory.Of<long?>("--memory-budget", "SIZE",
        OptionFactory.WithDefault("Memory that all encodes together may be estimated at: bytes, or a number with KiB, MiB, GiB, KB, MB, GB; 0 is no limit.", "8GiB"),
        "it must be a size such as 0, 512MiB or 8GiB", ParseSize);

    /// <summary>An option that names a platform.</summary>
    public static Option<string?> PlatformOption(string description, Platform? defaultValue) => OptionFactory.Text("--platform", "OS/ARCH[/VARIANT]",
        defaultValue is null ? description : OptionFactory.WithDefault(description, defaultValue.ToString()));

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _platform, _intraLayer, _workers, _candidates, _level, _window, _budget })
            command.Add(option);
    }

    /// <summary>The knobs as set, the rest at their defaults.</summary>
    /// <exception cref="DiffahException">InvalidArgument: a value out of range.</exception>
    public EncodingOptions Read(ParseResult parsed)
    {
        var options = new EncodingOptions
        {
            Platform = parsed.GetValue(_platform) is { } platform ? Platform.Parse(platform) : Defaults.Platform,
            IntraLayer = parsed.GetValue(_intraLayer) ?? Defaults.IntraLayer,
            Workers = parsed.GetValue(_workers) ?? Defaults.Workers,
            Candidates = parsed.GetValue(_candidates) ?? Defaults.Candidates,
            ZstdLevel = parsed.GetValue(_level) ?? Defaults.ZstdLevel,
            ZstdWindowLog = parsed.GetValue(_window) is { } window ? window.Log : Defaults.ZstdWindowLog,
            MemoryBudget = parsed.GetValue(_budget) ?? Defaults.MemoryBudget,
        };
        options.Validate();
        return options;
    }

    private static bool ParseWindow(string text, out Window? value)
    {
        var valid = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var log);
        value = valid ? new Window(log) : text == "auto" ? new Window(null) : null;
        return value is not null;
    }

    private static bool ParseSize(string text, out long? value)
    {
        var valid = ByteSize.TryParse(text, out var bytes);
        value = bytes;
        return valid;
    }

    // The library can't tell a null that was parsed from none.
    private sealed record Window(int? Log);
}
