@{
    ExcludeRules = @(
        # PowerShell 7 reads a script without a mark as UTF-8.
        'PSUseBOMForUnicodeEncodedFile'
        # build.ps1 and the runners of tests speak to the person who started them. In docs/runbooks a test looks for it.
        'PSAvoidUsingWriteHost'
        # Tests make secrets that are none. In docs/runbooks a test looks for it.
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        # Written by BeforeAll or a script block, read in It: the rule sees no further than a block.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Parameters of a script that its functions read: the rule sees no further than a block.
        'PSReviewUnusedParameter'
        # The private functions of scripts: the script itself asks ShouldProcess, once for what it is asked to do.
        'PSUseShouldProcessForStateChangingFunctions'
        # The private functions of scripts are called by position, and cmdlets where the parameter's name says nothing more.
        'PSAvoidUsingPositionalParameters'
        # The modules of the tests are for the tests; a comment says what a function does where its name does not.
        'PSProvideCommentHelp'
    )
}
