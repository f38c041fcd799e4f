using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Cli.Options;

/// <summary>The producer's knobs as options.</summary>
internal sealed class EncodingOptionSet
{
    public const string WorkersName = "--workers";

    private static readonly EncodingOptions Defaults = new();

    private readonly Option<string?> _platform = PlatformOption("Which image of an index is meant.", Defaults.Platform);
    private readonly Option<IntraLayerMode?> _intraLayer = OptionFactory.Choice<IntraLayerMode>("--intra-layer",
        "Whether changed layers travel as patches; where a baseline has only its manifest left, required fails and auto warns and ships them whole.", Defaults.IntraLayer);
    private readonly Option<int?> _workers = OptionFactory.Number(WorkersName, "Layers read and encoded at the same time.", Defaults.Workers);
    private readonly Option<int?> _candidates = OptionFactory.Number("--candidates", "Baseline layers tried for each changed layer; the smallest patch wins.", Defaults.Candidates);
    private readonly Option<int?> _level = OptionFactory.Number("--zstd-level", "zstd level, 1 to 22.", Defaults.ZstdLevel);
    private readonly Option<WindowLog?> _window = OptionFactory.Of<WindowLog?>("--zstd-window-log", "auto|N",
        OptionFactory.WithDefault("zstd window in log2 bytes, 10 to 31; auto goes by the layer's size.", "auto"), "it must be auto or a whole number", ParseWindow);
    private readonly Option<long?> _budget = BudgetOption("all encodes together");

    /// <summary>An option that limits memory.</summary>
    /// <param name="what">What takes the memory.</param>
    public static Option<long?> BudgetOption(string what) => OptionFactory.Of<long?>("--memory-budget", "SIZE",
        OptionFactory.WithDefault($"Memory that {what} may be estimated at: bytes, or a number with KiB, MiB, GiB or KB, MB, GB, both powers of 1024; 0 is no limit.", "8GiB"),
        "it must be a size such as 0, 512MiB or 8GiB", ParseSize);

    /// <summary>An option that names a platform.</summary>
    public static Option<string?> PlatformOption(string description, Platform? defaultValue) => OptionFactory.Text("--platform", ValuePlaceholders.Platform,
        defaultValue is null ? description : OptionFactory.WithDefault(description, defaultValue.ToString()));

    /// <summary>The platform of such an option; where it is not given, that of the configuration, or the default one.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static Platform ReadPlatform(ParseResult parsed, Option<string?> option, CommandLineHost host) =>
        parsed.GetValue(option) is { } platform ? Platform.Parse(platform) : host.Configuration.ToEncodingOptions().Platform;

    public void AddTo(Command command) => command.AddOptions(_platform, _intraLayer, _workers, _candidates, _level, _window, _budget);

    /// <summary>The knobs as set, the rest as the configuration says, or at their defaults.</summary>
    /// <exception cref="DiffahException">InvalidArgument: a value out of range.</exception>
    public EncodingOptions Read(ParseResult parsed, CommandLineHost host)
    {
        var fallback = host.Configuration.ToEncodingOptions();
        var options = new EncodingOptions
        {
            Platform = ReadPlatform(parsed, _platform, host),
            RequirePlatform = parsed.GetValue(_platform) is not null,
            IntraLayer = parsed.GetValue(_intraLayer) ?? fallback.IntraLayer,
            Workers = parsed.GetValue(_workers) ?? fallback.Workers,
            Candidates = parsed.GetValue(_candidates) ?? fallback.Candidates,
            ZstdLevel = parsed.GetValue(_level) ?? fallback.ZstdLevel,
            ZstdWindowLog = parsed.GetValue(_window) is { } window ? window.Log : fallback.ZstdWindowLog,
            MemoryBudget = parsed.GetValue(_budget) ?? fallback.MemoryBudget,
        };
        options.Validate();
        return options;
    }

    private static bool ParseWindow(string text, out WindowLog? value)
    {
        var valid = WindowLog.TryParse(text, out var window);
        value = window;
        return valid;
    }

    private static bool ParseSize(string text, out long? value)
    {
        var valid = ByteSize.TryParse(text, out var bytes);
        value = bytes;
        return valid;
    }
}
