using System.CommandLine;
using Diffah.Cli.Completion;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;

namespace Diffah.Cli.Verbs;

/// <summary><c>diffah completion SHELL</c>: writes the script that teaches a shell to complete.</summary>
internal sealed class CompletionVerb : TextVerb
{
    private readonly Argument<string> _shell =
        new("SHELL") { Description = $"The shell: {OptionFactory.OneOf(CompletionScript.Shells)}." };

    public CompletionVerb(CommandLineHost host, GlobalOptions globals)
        : base(host, globals, "completion",
            "Write the script that lets a shell complete verbs, options, files and images.")
    {
        Add(_shell);
        _shell.CompletionSources.Add([.. CompletionScript.Shells]);
    }

    public override string Example => """
        diffah completion bash
        diffah completion zsh
        diffah completion fish
        diffah completion pwsh
        """;

    protected override void Write(ParseResult parsed) =>
        Host.Output.Write(CompletionScript.Of(parsed.GetRequiredValue(_shell)));
}
