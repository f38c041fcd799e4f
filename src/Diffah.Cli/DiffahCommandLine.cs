using System.CommandLine;
using Diffah.Cli.Completion;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Results;
using Diffah.Cli.Verbs;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli;

/// <summary>The command line as a whole: from arguments to an exit code.</summary>
internal static class DiffahCommandLine
{
    /// <summary>Runs one command. Never throws.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandLineHost host, Interruption interruption)
    {
        Wording.Use(Face.CommandLine);
        host = host with { Interrupted = interruption.Token };
        var globals = new GlobalOptions();
        var root = Build(host, globals);
        if (args is [Completer.Request, ..])
            return Completer.Write(root, [.. args.Skip(1)], host);
        // A response file would make a file name that begins with @ mean something else than the file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            UsageErrors.ThrowIfAny(parsed, args);
            if (parsed.CommandResult.Command is not (VersionVerb or HelpVerb or CompletionVerb or RootCommand))
                OpenFileLimit.Require();
            var configuration = new InvocationConfiguration
            {
                Output = host.Output,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            ErrorText.WriteInterrupted(host, globals.ReadLeniently(parsed, host));
            return interruption.ExitCode;
        }
#pragma warning disable CA1031 // The outermost frame: whatever went wrong becomes a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var error = DiffahException.From(exception);
            ErrorText.Write(host, globals.ReadLeniently(parsed, host), error);
            return error.Error.ExitCode;
        }
    }

    private static RootCommand Build(CommandLineHost host, GlobalOptions globals)
    {
        var root = new RootCommand(
            "Layer-level deltas between container images: ship what changed, rebuild the rest from what is there.");
        root.Options.Clear(); // the library's own help and version options have other names and another look
        root.Add(HelpPage.NewOption(host));
        root.Add(VersionVerb.NewOption(host));
        globals.AddTo(root);
        Verb[] verbs =
        [
            new DiffVerb(host, globals), new ApplyVerb(
                host, globals), new BundleVerb(host, globals), new UnbundleVerb(host, globals),
            new MergeVerb(host, globals), new InspectVerb(host, globals), new VerifyVerb(host, globals), new CopyVerb(
                host, globals), new ImageInfoVerb(host, globals), new CompareVerb(host, globals),
            new PublishVerb(host, globals), new FindVerb(host, globals),
            new ReportVerb(host, globals), new InventoryVerb(host, globals), new KeygenVerb(host, globals),
            new DoctorVerb(host, globals),
            new VersionVerb(host, globals), new CompletionVerb(host, globals), new HelpVerb(host, globals),
        ];
        foreach (var verb in verbs)
            root.Add(verb);
        root.Add(new ConfigCommand(host, globals));
        root.SetAction(_ => HelpPage.Write(root, host));
        return root;
    }
}
