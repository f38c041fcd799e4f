using System.CommandLine;

namespace Diffah.Cli.Options;

/// <summary>An option whose value is never repeated: not in an error, a message or the help.</summary>
internal sealed class SecretOption : Option<string?>
{
    public SecretOption(string name, string placeholder, string description)
        : base(name)
    {
        (HelpName, Description) = (placeholder, description);
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Length == 0)
                result.AddError($"{name} is empty.");
            return text;
        };
    }

    /// <summary>True where a command line has any, so that whatever else is on it may be a piece of one.</summary>
    public static bool IsAnyIn(ParseResult parsed) => parsed.CommandResult.Command.Options.OfType<SecretOption>().Any(o => parsed.GetResult(o) is not null);
}
