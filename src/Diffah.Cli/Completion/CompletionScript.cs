using Diffah.Cli.Options;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Completion;

/// <summary>The scripts that teach a shell to complete, as they are written for it.</summary>
internal static class CompletionScript
{
    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>The script of a shell, with line feeds at all line ends.</summary>
    /// <exception cref="DiffahException">InvalidArgument: there is none for it.</exception>
    public static string Of(string shell)
    {
        if (!Shells.Contains(shell))
        {
            throw new DiffahException(DiffahErrors.InvalidArgument, $"There is no completion for the shell '{shell}'.",
                $"Name one of {OptionFactory.OneOf(Shells)}.");
        }
        using var stream = typeof(CompletionScript).Assembly.GetManifestResourceStream($"diffah.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
