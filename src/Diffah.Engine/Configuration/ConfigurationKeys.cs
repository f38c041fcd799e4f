using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry;
using Diffah.Libraries;

namespace Diffah.Engine.Configuration;

/// <summary>The one table of the configuration file's keys.</summary>
internal static class ConfigurationKeys
{
    private static readonly EncodingOptions Encoding = new();
    private static readonly RegistryOptions Registry = new();

    /// <summary>Every key, in the order of the template.</summary>
    public static ImmutableArray<ConfigurationKey> All { get; } =
    [
        new()
        {
            Name = "platform",
            Comment = "Which image of an index is meant, os/arch[/variant].",
            Rule = "a platform such as linux/arm64 or linux/arm/v7",
            Sample = Encoding.Platform.ToString(),
            Default = Encoding.Platform,
            Get = c => c.Platform,
            Set = (c, v, _) => Platform.TryParse(v.Text, out var platform) ? c with { Platform = platform } : null,
        },
        new()
        {
            Name = "intra-layer",
            Comment = "Whether changed layers travel as patches: auto, off or required.",
            Rule = "auto, off or required",
            Sample = "auto",
            Default = Encoding.IntraLayer,
            Get = c => c.IntraLayer,
            Set = (c, v, _) => IntraLayer(v.Text) is { } mode ? c with { IntraLayer = mode } : null,
        },
        PathKey("authfile", "File of credentials for registries; REGISTRY_AUTH_FILE wins over it.", "~/.config/containers/auth.json", c => c.AuthFile, (c, path) => c with { AuthFile = path }),
        WholeKey("retry-times", "How often a failed request is tried again, 0 to 100.", Registry.RetryCount, c => c.RetryCount, (c, n) => c with { RetryCount = n }),
        new()
        {
            Name = "retry-delay",
            Comment = "Wait before each further try, up to 30s; without it, it begins at 1s and doubles.",
            Rule = "a duration such as 500ms, 2s or a number of seconds",
            Sample = "2s",
            Default = Registry.RetryDelay,
            Get = c => c.RetryDelay,
            Set = (c, v, _) => Duration.TryParse(v.Text, out var delay) ? c with { RetryDelay = delay } : null,
        },
        WholeKey("zstd-level", "zstd level, 1 to 22.", Encoding.ZstdLevel, c => c.ZstdLevel, (c, n) => c with { ZstdLevel = n }),
        new()
        {
            Name = "zstd-window-log",
            Comment = "zstd window in log2 bytes, 10 to 31; auto goes by the layer's size.",
            Rule = "auto or a whole number",
            Sample = new WindowLog(Encoding.ZstdWindowLog).ToString(),
            Default = new WindowLog(Encoding.ZstdWindowLog),
            Get = c => c.ZstdWindowLog,
            Set = (c, v, _) => WindowLog.TryParse(v.Text, out var window) ? c with { ZstdWindowLog = window } : null,
        },
        WholeKey("workers", "Layers read and encoded at the same time.", Encoding.Workers, c => c.Workers, (c, n) => c with { Workers = n }),
        WholeKey("candidates", "Baseline layers tried for each changed layer.", Encoding.Candidates, c => c.Candidates, (c, n) => c with { Candidates = n }),
        PathKey("workdir", "Folder to spool in, without it beside the output; DIFFAH_WORKDIR wins over it.", "/var/tmp", c => c.WorkDirectory, (c, path) => c with { WorkDirectory = path }),
        new()
        {
            Name = "memory-budget",
            Comment = "Memory that all encodes together may be estimated at; 0 is no limit. Units are powers of 1024.",
            Rule = "a size such as 0, 512MiB or 8GiB",
            Sample = ByteSize.FormatExactly(Encoding.MemoryBudget),
            Default = Encoding.MemoryBudget,
            Get = c => c.MemoryBudget,
            Set = (c, v, _) => ByteSize.TryParse(v.Text, out var bytes) ? c with { MemoryBudget = bytes } : null,
        },
        new()
        {
            Name = "force",
            Comment = "Whether archives and images that are there already are replaced; DIFFAH_FORCE wins over it. Keys and configuration files are not.",
            Rule = "true or false",
            Sample = "false",
            Default = false,
            Get = c => c.Force,
            Set = (c, v, _) => v.Kind == YamlKind.Boolean ? c with { Force = bool.Parse(v.Text) } : null,
        },
    ];

    private static ConfigurationKey WholeKey(string name, string comment, int builtIn, Func<DiffahConfiguration, int?> get, Func<DiffahConfiguration, int, DiffahConfiguration> set) => new()
    {
        Name = name,
        Comment = comment,
        Rule = "a whole number",
        Sample = builtIn.ToString(CultureInfo.InvariantCulture),
        Default = builtIn,
        Get = c => get(c),
        Set = (c, v, _) => v.Kind == YamlKind.Number && int.TryParse(v.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? set(c, number) : null,
    };

    private static ConfigurationKey PathKey(string name, string comment, string sample, Func<DiffahConfiguration, string?> get, Func<DiffahConfiguration, string, DiffahConfiguration> set) => new()
    {
        Name = name,
        Comment = comment,
        Rule = "a path",
        Sample = sample,
        Get = get,
        Set = (c, v, file) => v.Kind == YamlKind.Text && v.Text.Length > 0 && !v.Text.Contains('\0', StringComparison.Ordinal) ? set(c, file.Resolve(v.Text)) : null,
    };

    private static IntraLayerMode? IntraLayer(string word) =>
        Enum.GetValues<IntraLayerMode>().Select(mode => (IntraLayerMode?)mode).FirstOrDefault(mode => mode.ToString()!.Equals(word, StringComparison.OrdinalIgnoreCase));
}
